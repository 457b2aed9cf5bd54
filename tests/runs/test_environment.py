import getpass
import json
import platform
import socket

from xray_core.runs.environment import describe_environment


def test_it_says_what_the_training_ran_on() -> None:
    content = describe_environment()
    assert content["python"] == platform.python_version()
    assert content["packages"]["tensorflow"].startswith("2.")
    assert content["processors"] >= 1


def test_it_tells_nothing_of_the_user_or_the_machines_name() -> None:
    words = json.dumps(describe_environment())
    assert "/" not in words
    assert socket.gethostname() not in words or len(socket.gethostname()) < 4
    assert f'"{getpass.getuser()}"' not in words
