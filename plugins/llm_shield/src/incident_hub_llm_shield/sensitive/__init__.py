"""Secrets and personal data in a text: by form, and by checksum wherever there is one."""
