{% include cookiecutter.kind ~ "/init.py" -%}
