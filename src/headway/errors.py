"""Every error Headway raises on purpose: one base class, the docstring is the default message.

The exit code and the HTTP status live on the class, so that the command line and the service
need no table of their own. What is not derived from `HeadwayError` is a bug of ours (exit 70).
"""

from __future__ import annotations

from typing import ClassVar


class HeadwayError(Exception):
    """Something went wrong."""

    exit_code: ClassVar[int] = 70
    status: ClassVar[int] = 500

    def __init__(self, message: str | None = None, *, next_step: str | None = None) -> None:
        self.message = message or (self.__doc__ or "").strip()
        self.next_step = next_step
        super().__init__(self.message)

    def __str__(self) -> str:
        return f"{self.message}\nNext step: {self.next_step}" if self.next_step else self.message


class CheckFailedError(HeadwayError):
    """A check said no, and nothing was changed."""

    exit_code = 1
    status = 409


class UsageError(HeadwayError):
    """The command or the call was not understood."""

    exit_code = 2
    status = 400


class ConfigurationError(HeadwayError):
    """A setting is missing or has a value that cannot be used."""

    exit_code = 3


class HookError(UsageError):
    """A recipe, head, loss or metric of your own raised an error."""


class DivergedError(CheckFailedError):
    """The loss is no longer a number, and training was stopped."""


class TooSlowError(CheckFailedError):
    """The budget allows a training fewer rows than it was asked to see."""


class NoProjectError(ConfigurationError):
    """There is no Headway project here."""


class NewerProjectError(ConfigurationError):
    """The project or file was written by a newer version of Headway than the one installed."""


class DataError(HeadwayError):
    """The data cannot be used as they are."""

    exit_code = 4
    status = 422


class MissingExtraError(HeadwayError):
    """An optional part of Headway is not installed."""

    exit_code = 5
    status = 501


class ModelError(HeadwayError):
    """The model or base model was not found, or cannot be used."""

    exit_code = 5
    status = 404


class CorruptArtifactError(ModelError):
    """A file of a model is not the file that was written."""

    status = 503


class MachineError(HeadwayError):
    """The machine refused (disk, permission, lock or port), and nothing was changed."""

    exit_code = 6
    status = 503


class ProjectBusyError(MachineError):
    """Another command is working on this project."""


class DiskFullError(MachineError):
    """There is no room left on the disk, and nothing was kept."""

    status = 507


class AuthenticationError(UsageError):
    """The service needs an API key, and none that is valid was sent."""

    status = 401


class SignInError(AuthenticationError):
    """Nobody is signed in, or signing in did not work."""


class PermissionDeniedError(UsageError):
    """What was asked for is not allowed here."""

    status = 403


class PayloadTooLargeError(DataError):
    """The request body is larger than the service takes."""

    status = 413


class TooManyInputsError(DataError):
    """The request holds more texts than the service takes at once."""


class OverloadedError(MachineError):
    """The service has more work than it can do in time; nothing was predicted."""

    #: seconds after which trying again makes sense
    retry_after: ClassVar[int] = 1


class TooManyAttemptsError(OverloadedError):
    """There were too many attempts with a wrong password."""

    status = 429
    retry_after = 60
