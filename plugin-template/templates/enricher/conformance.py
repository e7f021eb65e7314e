from incident_hub_hookspecs.testing.conformance import EnricherConformance, PluginConformance


class TestPlugin(PluginConformance):
    name = "{{ cookiecutter.__plugin }}"


class TestEnricher(EnricherConformance):
    name = "{{ cookiecutter.__plugin }}"
