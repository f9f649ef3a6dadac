import os
from tests.projects.api.test_contract import *
from tests.projects.api import test_contract as c
for n in list(globals()):
    if n.startswith("test_"): del globals()[n]

def test_y(request, live_register, public_read, live_server, capsys):
    c.EXAMPLES = int(os.environ["XN"])
    token = c.token_of(request, os.environ["XC"])
    look = c.judged(c.description(live_server, token, {"examples": True, "coverage": False, "stateful": False}))
    with capsys.disabled(): print(f"\n{os.environ['XC']}: {look}")
    assert not look.wrong, "\n\n".join(look.wrong)
