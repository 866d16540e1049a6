"""In which state a certificate can be."""


class CertificateStatuses:
    """The words for it; only `downloadable` is a passing one."""

    deleted = "deleted"
    deleting = "deleting"
    downloadable = "downloadable"
    error = "error"
    generating = "generating"
    notpassing = "notpassing"
    restricted = "restricted"
    unavailable = "unavailable"
    auditing = "auditing"
    audit_passing = "audit_passing"
    audit_notpassing = "audit_notpassing"
    honor_passing = "honor_passing"
    unverified = "unverified"
    invalidated = "invalidated"
    requesting = "requesting"

    PASSED_STATUSES = (downloadable, generating)

    @classmethod
    def is_passing_status(cls, status: str) -> bool:
        """Whether somebody with a certificate in this state has earned it."""
        return status in cls.PASSED_STATUSES
