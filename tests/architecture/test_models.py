"""What every table of the plugin must say about personal data, and that the migrations are whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command

ROOT = Path(__file__).parents[2]
FOLDERS = {ROOT / "mandatory_assignments", ROOT / "conf" / "demo"}
DETAILS = (".. pii_types:", ".. pii_retirement:")


def annotated(docstring: str) -> bool:
    """Whether a model says that it holds no personal data, or which and what retirement does with it."""
    if ".. pii:" in docstring:
        return all(detail in docstring for detail in DETAILS)
    return ".. no_pii:" in docstring


def models() -> list:
    return list(apps.get_app_config("mandatory_assignments").get_models())


def test_every_model_says_what_personal_data_it_holds():
    assert models()
    assert [model.__name__ for model in models() if not annotated(model.__doc__ or "")] == []


@pytest.mark.parametrize(
    ("docstring", "says_enough"),
    [
        ("One round.\n\n.. no_pii:", True),
        ("A note.\n\n.. pii: free text\n.. pii_types: other\n.. pii_retirement: local_api", True),
        ("A note.\n\n.. pii: free text", False),
        ("One round.", False),
        ("", False),
    ],
)
def test_a_docstring_without_the_whole_annotation_is_not_enough(docstring, says_enough):
    assert annotated(docstring) is says_enough


def test_no_primary_key_is_a_small_number_whatever_the_platform_defaults_to():
    small = [
        model.__name__ for model in models() if model._meta.pk.get_internal_type() in ("AutoField", "SmallAutoField")
    ]
    assert small == []


def test_no_unique_key_is_conditional_because_mysql_ignores_the_condition():
    conditional = [
        f"{model.__name__}.{constraint.name}"
        for model in models()
        for constraint in model._meta.constraints
        if getattr(constraint, "condition", None) is not None
    ]
    assert conditional == []


@pytest.mark.django_db
def test_the_models_and_the_migrations_agree():
    ours = [config.label for config in apps.get_app_configs() if FOLDERS & {path := Path(config.path), *path.parents}]
    assert "mandatory_assignments" in ours
    assert call_command("makemigrations", *ours, check=True, dry_run=True, verbosity=0) is None
