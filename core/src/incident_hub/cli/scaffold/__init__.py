"""A new plugin as a repository of its own, made from `plugin-template/`."""
