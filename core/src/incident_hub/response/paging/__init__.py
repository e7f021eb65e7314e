"""Paging: from "this receiver shall hear of it" to people, their contact methods and notifications."""
