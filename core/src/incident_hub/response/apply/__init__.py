"""A folder of documents, written to the hub as a whole."""

from incident_hub.response.apply.applying import Applied, apply_documents
from incident_hub.response.apply.documents import KINDS, Document, DocumentsError, read_documents

__all__ = ["KINDS", "Applied", "Document", "DocumentsError", "apply_documents", "read_documents"]
