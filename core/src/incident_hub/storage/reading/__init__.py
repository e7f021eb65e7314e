"""The reading side: keyset pages, batches for loaders, figures. Nothing here writes."""
