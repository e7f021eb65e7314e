"""The room api.graphql."""
