"""The real service's dialect: routes, headers, envelopes and errors."""
