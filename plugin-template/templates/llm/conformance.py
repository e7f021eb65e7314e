from incident_hub_hookspecs.testing.conformance import PluginConformance, SentinelConformance


class TestPlugin(PluginConformance):
    name = "{{ cookiecutter.__plugin }}"


class TestSentinel(SentinelConformance):
    name = "{{ cookiecutter.__plugin }}"
