import json
from urllib.parse import quote

from tablewright.fleet.roles import document

POLICY = {"Version": "2012-10-17", "Statement": []}


def test_a_document_that_was_decoded_stays():
    assert document(POLICY) is POLICY


def test_a_document_is_read_from_its_text():
    assert document(json.dumps(POLICY)) == POLICY


def test_a_document_is_read_from_an_encoded_text():
    assert document(quote(json.dumps(POLICY))) == POLICY
