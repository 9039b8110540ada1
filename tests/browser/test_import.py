"""Subscribers from a file at the width of a phone: looked at first, then imported."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from cx_feedback.newsletter.models import MailingList, Subscription
from tests.browser.conftest import PHONE
from tests.browser.test_newsletter import fits

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PEOPLE = "Correo;Nombre;Fecha\nana@example.org;Ana;2025-03-31\nbad@;Ben;2025-03-31\n"


def sound(page):
    """Return whether axe finds nothing in the screen's own part, and all of it fits."""
    found = Axe().run(page, context={"include": [["#main"]]})
    assert found.violations_count == 0, found.generate_report()
    return fits(page)


def test_an_editor_looks_at_a_file_and_imports_it(open_editor):
    MailingList.objects.create(name="Friday letter")
    page = open_editor()
    page.set_viewport_size(PHONE)
    page.goto("/admin/cx-feedback/subscriptions/")
    page.get_by_role("link", name="Import", exact=True).click()
    expect(page.get_by_role("button", name="Upload and preview")).to_be_visible()
    assert sound(page)
    file = {"name": "people.csv", "mimeType": "text/csv", "buffer": PEOPLE.encode()}
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Upload and preview").click()
    expect(page.get_by_label("Email address")).to_have_value("Correo")
    assert sound(page)

    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_role("alert").first).to_contain_text("Correct the errors below")
    page.get_by_label("Mailing list").last.select_option(label="Friday letter")
    page.get_by_label("Consent text").last.fill("Yes, please.")
    page.get_by_label("How and where they agreed").fill("Paper forms, folder 12.")
    page.get_by_role("button", name="Check the file").click()
    page.reload()
    expect(page.get_by_text("Nothing is stored yet.")).to_be_visible()
    expect(page.get_by_role("cell", name="This is not a valid email address.")).to_be_visible()
    assert sound(page)
    assert not Subscription.objects.exists()

    page.get_by_role("button", name="Import 1 subscriber").click()
    page.reload()
    expect(page.get_by_text("Imported", exact=True).first).to_be_visible()
    assert Subscription.objects.get().email == "ana@example.org"
