"""The child's side: it imports the plugin, and of the hub no more than it takes to call one."""
