"""docs/keras.md says what the tests of this folder prove."""

from page import PAGE, page


def test_the_page_is_of_these_tests():
    """Whoever adds a row writes the page anew: `python tests/use/page.py`."""
    assert PAGE.read_text(encoding="utf-8") == page()
