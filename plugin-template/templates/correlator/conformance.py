from incident_hub_hookspecs.testing.conformance import CorrelatorConformance, PluginConformance


class TestPlugin(PluginConformance):
    name = "{{ cookiecutter.__plugin }}"


class TestCorrelator(CorrelatorConformance):
    name = "{{ cookiecutter.__plugin }}"
