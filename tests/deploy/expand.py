"""Prints the template as CloudFormation sees it: loops unrolled, SAM resources as the plain ones they become.

Checkov reads plain CloudFormation only; this way it sees each role, permission and log group.
"""

import json
import sys

from cfnlint.decode import decode
from cfnlint.template import Template

source, problems = decode("template.yaml")
template = Template("template.yaml", source, ["us-east-1"])
problems = problems or template.transform()
if problems:
    sys.exit(f"template.yaml cannot be expanded: {problems}")
json.dump(template.template, sys.stdout, indent=1, default=str)
