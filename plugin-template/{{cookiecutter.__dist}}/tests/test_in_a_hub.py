{% include cookiecutter.kind ~ "/hub.py" -%}
