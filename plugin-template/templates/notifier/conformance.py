from incident_hub_hookspecs.testing.conformance import NotifierConformance, PluginConformance


class TestPlugin(PluginConformance):
    name = "{{ cookiecutter.__plugin }}"


class TestNotifier(NotifierConformance):
    name = "{{ cookiecutter.__plugin }}"
