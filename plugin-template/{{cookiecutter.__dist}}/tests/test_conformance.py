{% include cookiecutter.kind ~ "/conformance.py" -%}
