"""SLA clocks: deadlines of incidents by severity, told when they are at risk and when they have passed."""
