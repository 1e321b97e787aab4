"""A class of settings → its values from the environment, or Misconfigured that names the variable at fault."""

from typing import TypeVar

from pydantic import ValidationError
from pydantic_settings import BaseSettings

from shared.errors import Misconfigured

S = TypeVar("S", bound=BaseSettings)


def configured(settings: type[S]) -> S:
    """The settings; raises Misconfigured with each variable's name and what is wrong, never with its value: it may be a secret."""
    try:
        return settings()
    except ValidationError as error:
        prefix = settings.model_config.get("env_prefix", "")
        problems = [
            f"{prefix}{'_'.join(map(str, problem['loc'])).upper()}: {problem['msg'].removeprefix('Value error, ')}".removeprefix(f"{prefix}: ")
            for problem in error.errors(include_input=False, include_url=False)
        ]
        raise Misconfigured("; ".join(problems)) from None
