"""Ways to divide the learners of a course into groups."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.module_loading import import_string

ENROLLMENT_TRACK_PARTITION_ID = 50
# Which class finds a learner's group.
APPS = "openedx.core.djangoapps"
SCHEMES = {
    "cohort": f"{APPS}.course_groups.partition_scheme.CohortPartitionScheme",
    "enrollment_track": f"{APPS}.verified_track_content.partition_scheme.EnrollmentTrackPartitionScheme",
    "random": f"{APPS}.user_api.partition_schemes.RandomUserPartitionScheme",
}


class NoSuchUserPartitionGroupError(Exception):
    """The partition has no such group."""


@dataclass(frozen=True)
class Group:
    """One part."""

    id: int
    name: str


@dataclass(frozen=True)
class UserPartition:
    """One way to divide; `scheme` finds the group of a learner."""

    id: int
    name: str
    description: str
    groups: list[Group]
    scheme_id: str = "random"
    parameters: dict[str, Any] = field(default_factory=dict)
    active: bool = True

    @property
    def scheme(self) -> Any:
        """The class whose `get_group_for_user` decides."""
        found = import_string(SCHEMES[self.scheme_id])
        found.name = self.scheme_id
        return found

    @staticmethod
    def from_json(value: dict[str, Any]) -> "UserPartition":
        """The partition as the course's content has it."""
        return UserPartition(
            value["id"],
            value["name"],
            value.get("description", ""),
            [Group(each["id"], each["name"]) for each in value["groups"]],
            value["scheme"],
            value.get("parameters", {}),
            value.get("active", True),
        )

    def get_group(self, group_id: int) -> Group:
        """The group; raises NoSuchUserPartitionGroupError."""
        for group in self.groups:
            if group.id == group_id:
                return group
        raise NoSuchUserPartitionGroupError(f"no group {group_id} in partition {self.id}")


def get_partition_from_id(partitions: list[UserPartition], user_partition_id: int) -> UserPartition | None:
    """The partition with this id, or None."""
    return next((partition for partition in partitions if partition.id == user_partition_id), None)
