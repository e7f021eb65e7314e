"""`python -m incident_hub` is `incident-hub`."""

from incident_hub.cli.main import main

main()
