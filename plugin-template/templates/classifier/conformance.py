from incident_hub_hookspecs.testing.conformance import ClassifierConformance, PluginConformance


class TestPlugin(PluginConformance):
    name = "{{ cookiecutter.__plugin }}"


class TestClassifier(ClassifierConformance):
    name = "{{ cookiecutter.__plugin }}"
