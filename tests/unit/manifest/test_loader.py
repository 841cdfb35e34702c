"""Files, folders, standard input and URLs."""

import gzip
import io
import os
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tablewright import manifest, transfer
from tablewright.errors import ManifestError
from tablewright.manifest.documents import limits, loader

STACK = """\
apiVersion: tablewright.dev/v1
kind: Stack
metadata: {name: shop}
spec: {region: eu-west-1, environment: test, tags: {Team: web, CostCenter: "7"}}
"""


def table(name: str, stack: str | None = None) -> str:
    owner = f", stack: {stack}" if stack else ""
    return (
        "apiVersion: tablewright.dev/v1\nkind: Table\n"
        f"metadata: {{name: {name}{owner}}}\nspec: {{partitionKey: {{name: id, type: S}}}}\n"
    )


def names(*sources: Path | str, **more: object) -> list[str]:
    return [one.metadata.name for one in manifest.load(sources, {}, **more).tables]


def test_a_folder_is_all_its_manifests_in_the_order_of_their_names(tmp_path: Path) -> None:
    (tmp_path / "b.yml").write_text(table("second"))
    (tmp_path / "a.yaml").write_text(table("first"))
    (tmp_path / "c.json").write_text(
        '{"apiVersion": "tablewright.dev/v1", "kind": "Table", "metadata": {"name": "third"},'
        ' "spec": {"partitionKey": {"name": "id", "type": "S"}}}'
    )
    (tmp_path / "stack.yaml").write_text(STACK)
    (tmp_path / ".hidden.yaml").write_text("{")
    (tmp_path / "notes.txt").write_text("{")
    assert names(tmp_path) == ["first", "second", "third"]


def test_folders_below_are_searched_but_for_hidden_ones_and_links(tmp_path: Path) -> None:
    for place in ("deeper/still", ".git", "a"):
        (tmp_path / place).mkdir(parents=True)
    (tmp_path / "deeper" / "still" / "x.yaml").write_text(table("third"))
    (tmp_path / "a" / "x.yaml").write_text(table("second"))
    (tmp_path / "z.yaml").write_text(table("first"))
    (tmp_path / "stack.yaml").write_text(STACK)
    (tmp_path / ".git" / "x.yaml").write_text("{")
    (tmp_path / "a" / "up").symlink_to(tmp_path, target_is_directory=True)
    assert names(tmp_path) == ["first", "second", "third"]


def test_a_pipe_in_a_folder_is_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "stack.yaml").write_text(STACK)
    os.mkfifo(tmp_path / "pipe.yaml")
    assert manifest.validate([tmp_path], {}) == []


def test_a_saved_preview_kept_beside_the_manifests_is_none_of_them(tmp_path: Path) -> None:
    (tmp_path / "stack.yaml").write_text(STACK + "---\n" + table("orders"))
    saved = tmp_path / "change.json"
    saved.write_text(f'{{"format": "{loader.SAVED_FORMAT}", "manifests": ""}}')
    assert names(tmp_path) == ["orders"]
    assert manifest.validate([saved], {})


def test_a_file_that_is_named_twice_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "stack.yaml").write_text(STACK + "---\n" + table("orders"))
    assert names(tmp_path, tmp_path / "stack.yaml") == ["orders"]


def test_standard_input_is_called_a_dash() -> None:
    text = STACK + "---\n" + table("orders")
    assert names("-", stdin=io.BytesIO(text.encode())) == ["orders"]
    [problem] = manifest.validate(["-"], {}, io.BytesIO(b"{"))
    assert problem.file == "-"


def test_a_table_knows_the_file_it_came_from(tmp_path: Path) -> None:
    (tmp_path / "stack.yaml").write_text(STACK)
    (tmp_path / "t.yaml").write_text(table("orders"))
    loaded = manifest.load([tmp_path], {})
    assert loaded.files == {"orders": str(tmp_path / "t.yaml")}
    assert loaded.stack_file == str(tmp_path / "stack.yaml")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("missing.yaml", "there is no such file or folder"),
        ("empty", "the folder holds no file that ends in"),
        ("empty.yaml", "holds no document"),
        ("ftp://host/x.yaml", "URLs of the kind `ftp:` are not read"),
        ("https:///x.yaml", "the URL names no host"),
        ("nul\0.yaml", "cannot be read"),
        ("http://[::1/x", "cannot be fetched: invalid IPv6 URL"),
        ("HTTP://[::1]:x/x", "cannot be fetched"),
        ("http:host/x.yaml", "the URL names no host"),
        ("http://127.0.0.1:99999/x", "cannot be fetched"),
        ("http://127.0.0.1:x/x", "cannot be fetched"),
        ("http://a b/x", "cannot be fetched"),
        ("http://127.0.0.1:1/a b", "cannot be fetched"),
        ("http://127.0.0.1:1/é", "characters that a URL cannot have"),
        ("http://" + "é" * 70 + "/x", "characters that a URL cannot have"),
        ("http://user:pass@127.0.0.1:1/x", "cannot be fetched"),
        ("s3://bucket/x", "URLs of the kind `s3:` are not read"),
        ("file:///etc/hosts", "URLs of the kind `file:` are not read"),
        ("/dev/null", "holds no document"),
    ],
)
def test_what_cannot_be_read_is_a_problem(
    given: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("empty").mkdir()
    Path("empty.yaml").write_text("# nothing\n---\n")
    [problem] = manifest.validate([given], {})
    assert words in problem.message
    assert problem.file == given
    assert problem.fix


def test_a_file_that_is_too_large_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LARGEST_SOURCE_BYTES", 1000)
    (tmp_path / "big.yaml").write_text("#" * 1001)
    for source in (tmp_path / "big.yaml", "-"):
        [problem] = manifest.validate([source], {}, io.BytesIO(b"#" * 1001))
        assert "is larger than" in problem.message


def test_several_stacks_need_a_choice(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(STACK + "---\n" + table("orders"))
    (tmp_path / "b.yaml").write_text(STACK.replace("shop", "blog") + "---\n" + table("posts"))
    assert names(tmp_path, stack="blog") == ["posts"]
    assert [one.stack.metadata.name for one in manifest.load_all([tmp_path], {})] == [
        "shop",
        "blog",
    ]
    with pytest.raises(
        ManifestError, match=r"several stacks: shop, blog(?s:.*)→ give the files of one"
    ):
        manifest.load([tmp_path], {})
    with pytest.raises(ManifestError, match="no stack `news`"):
        manifest.load([tmp_path], {}, stack="news")


def test_a_table_in_a_file_of_its_own_names_its_stack_where_there_are_several(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.yaml").write_text(STACK)
    (tmp_path / "b.yaml").write_text(STACK.replace("shop", "blog"))
    (tmp_path / "t.yaml").write_text(table("posts"))
    [problem] = manifest.validate([tmp_path], {})
    assert "several stacks (blog, shop)" in problem.message
    (tmp_path / "t.yaml").write_text(table("posts", stack="blog"))
    assert names(tmp_path, stack="blog") == ["posts"]
    (tmp_path / "t.yaml").write_text(table("posts", stack="bloog"))
    [problem] = manifest.validate([tmp_path], {})
    assert problem.fix == "did you mean `blog`?"


def test_a_table_belongs_to_the_stack_of_its_folder_or_of_the_nearest_above(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for place in ("eu/tables", "us", "us/own"):
        Path(place).mkdir(parents=True)
    Path("stack.yaml").write_text(STACK)
    Path("top.yaml").write_text(table("top"))
    Path("eu/stack.yaml").write_text(STACK.replace("shop", "eu"))
    Path("eu/tables/t.yaml").write_text(table("in-eu"))
    Path("us/t.yaml").write_text(table("in-shop"))
    Path("us/own/t.yaml").write_text(STACK.replace("shop", "us") + "---\n" + table("in-us"))
    Path("us/own/u.yaml").write_text(table("elsewhere", stack="eu"))
    found = {
        one.stack.metadata.name: [table.metadata.name for table in one.tables]
        for one in manifest.load_all(["."], {})
    }
    assert found == {"shop": ["top", "in-shop"], "eu": ["in-eu", "elsewhere"], "us": ["in-us"]}
    Path("us/own/second.yaml").write_text(STACK.replace("shop", "us2"))
    Path("us/own/v.yaml").write_text(table("whose"))
    [problem] = manifest.validate(["."], {})
    assert "several stacks (us, us2), and the table names none" in problem.message


def test_two_stacks_of_one_name_and_environment_are_a_problem(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(STACK)
    (tmp_path / "b.yaml").write_text(STACK.replace("eu-west-1", "us-east-1"))
    [problem] = manifest.validate([tmp_path], {})
    assert "two stacks are called `shop/test` (the other is at " in problem.message


def test_two_stacks_of_one_name_are_two_while_their_environments_differ(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for place in ("eu", "us"):
        Path(place).mkdir()
        text = STACK.replace("environment: test", f"environment: {place}")
        Path(place, "stack.yaml").write_text(text)
        Path(place, "t.yaml").write_text(table(f"in-{place}"))
        Path(place, "u.yaml").write_text(table(f"named-{place}", stack="shop"))
    found = {
        str(one.id): [table.metadata.name for table in one.tables]
        for one in manifest.load_all(["."], {})
    }
    assert found == {"shop/eu": ["in-eu", "named-eu"], "shop/us": ["in-us", "named-us"]}
    assert manifest.load(["."], {}, stack="shop/us").stack.spec.environment == "us"
    with pytest.raises(ManifestError) as refused:
        manifest.load(["."], {}, stack="shop")
    assert "shop/eu, shop/us" in refused.value.message
    Path("top.yaml").write_text(table("whose", stack="shop"))
    [problem] = manifest.validate(["."], {})
    assert "several stacks called shop (shop/eu, shop/us), and none is nearest" in problem.message


def test_a_table_without_its_stack_is_held_to_all_rules_that_need_none(tmp_path: Path) -> None:
    path = tmp_path / "table.yaml"
    stream = "kinesisDestination: {streamArn: 'arn:aws:kinesis:eu-west-1:123456789012:stream/x'}"
    more = f"type: S}}, sortKey: {{name: id, type: S}}, {stream}"
    path.write_text(table("orders").replace("type: S}", more))
    messages = [problem.message for problem in manifest.validate([path], {})]
    assert messages == [
        "there is no document of kind Stack",
        "attribute `id` stands twice in one key",
    ]


@pytest.mark.parametrize("stack", ["kind: Stak\n", "kind: Stack\n  x: y\n"])
def test_a_stack_that_is_lost_to_a_mistake_is_not_missed_by_its_tables(
    stack: str, tmp_path: Path
) -> None:
    path = tmp_path / "stack.yaml"
    path.write_text(f"apiVersion: tablewright.dev/v1\n{stack}---\n{table('orders')}")
    [problem] = manifest.validate([path], {})
    assert "no document of kind Stack" not in problem.message


def test_tables_without_a_stack_are_checked_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text(table("orders").replace("type: S", "type: X"))
    messages = [problem.message for problem in manifest.validate([tmp_path], {})]
    assert messages == [
        "there is no document of kind Stack",
        'the text "X" is not one of S, N, B',
    ]


WHOLE = (STACK + "---\n" + table("orders")).encode()
HALF = WHOLE[: len(STACK)]
"""A whole stack without its table: what a cut-off read must not pass for."""
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
LENGTH = b"Content-Length: %d\r\n\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
CUT = {
    "/cut/short": OK + LENGTH % len(WHOLE) + HALF,
    "/cut/empty": OK + LENGTH % len(WHOLE),
    "/cut/last-byte": OK + LENGTH % len(WHOLE) + WHOLE[:-1],
    "/cut/no-length": OK + b"\r\n" + HALF,
    "/cut/odd-length": OK + b"Content-Length: many\r\n\r\n" + HALF,
    "/cut/chunk": OK + CHUNKED + b"%x\r\n" % len(WHOLE) + HALF,
    "/cut/chunk-size": OK + CHUNKED + b"%x\r\n" % len(HALF) + HALF + b"\r\n1",
    "/cut/between-chunks": OK + CHUNKED + b"%x\r\n" % len(HALF) + HALF + b"\r\n",
    "/cut/part": b"HTTP/1.1 206 Partial Content\r\n" + LENGTH % len(HALF) + HALF,
    "/cut/gzip": (
        OK + b"Content-Encoding: gzip\r\n" + LENGTH % (len(gzip.compress(WHOLE)) - 9)
        + gzip.compress(WHOLE)[:-9]
    ),
}  # fmt: skip


class Answers(BaseHTTPRequestHandler):
    """Answers by path."""

    def do_GET(self) -> None:
        if self.path == "/slow":
            self.send_response(200)
            self.end_headers()
            for _ in range(20):
                self.wfile.write(b"#")
                threading.Event().wait(0.05)
            return
        if self.path == "/slow-headers":
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            for number in range(20):
                self.wfile.write(f"X-{number}: x\r\n".encode())
                threading.Event().wait(0.05)
            return
        if self.path.startswith("/cut/"):
            self.wfile.write(CUT[self.path])
            return
        if self.path == "/elsewhere":
            self.send_response(302)
            self.send_header("Location", "/stack.yaml")
            self.end_headers()
            return
        if self.path == "/away":
            self.send_response(302)
            self.send_header("Location", "file:///etc/hostname")
            self.end_headers()
            return
        body = {
            "/stack.yaml": (STACK + "---\n" + table("orders")).encode(),
            "/page": b"<html>",
            "/big": b"#" * 2000,
        }.get(self.path)
        self.send_response(200 if body else 404)
        kind = "text/html; charset=utf-8" if self.path == "/page" else "text/plain"
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *_: object) -> None:
        """Tests are quiet."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=httpd.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{httpd.server_port}"
    httpd.shutdown()
    httpd.server_close()
    thread.join()


def test_a_url_is_fetched_and_redirects_are_followed(server: str) -> None:
    assert names(f"{server}/stack.yaml") == ["orders"]
    assert names(f"{server}/elsewhere") == ["orders"]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/missing", "the server answered 404"),
        ("/page", "leads to a web page"),
        ("/away", "is not allowed"),
        ("/big", "is larger than"),
        ("/slow", "did not come whole within 0.2 seconds"),
        ("/slow-headers", "did not come whole within 0.2 seconds"),
    ],
)
def test_a_url_that_gives_no_manifest_is_a_problem(
    path: str, words: str, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LARGEST_SOURCE_BYTES", 1500)
    monkeypatch.setattr(limits, "TRANSFER_SECONDS", 0.2)
    [problem] = manifest.validate([server + path], {})
    assert words in problem.message
    assert problem.file == server + path


@pytest.mark.parametrize("path", CUT)
def test_what_was_cut_off_is_never_the_whole_manifest(path: str, server: str) -> None:
    problems = manifest.validate([server + path], {})
    assert [problem.file for problem in problems] == [server + path]
    assert re.search("cut off|cannot be fetched|answered 206", problems[0].message)
    assert problems[0].fix


def test_a_compressed_manifest_is_read(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = gzip.compress(WHOLE)
    whole = OK + b"Content-Encoding: gzip\r\n" + LENGTH % len(packed) + packed
    monkeypatch.setitem(CUT, "/cut/not", whole)
    assert names(f"{server}/cut/not") == ["orders"]


def test_a_pipe_is_not_waited_for_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "TRANSFER_SECONDS", 0.2)
    monkeypatch.setattr(transfer, "PIPE_SECONDS", 0.2)
    os.mkfifo(tmp_path / "pipe")
    [problem] = manifest.validate([tmp_path / "pipe"], {})
    assert "did not come whole within 0.2 seconds" in problem.message
    with (tmp_path / "pipe").open("wb"):
        pass  # the reader that was left behind ends


def test_a_host_that_does_not_answer_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    [problem] = manifest.validate(["http://127.0.0.1:1/x.yaml"], {})
    assert "cannot be fetched" in problem.message


def test_what_two_stacks_declare_is_wrong_only_where_both_are_wanted(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(STACK + "---\n" + table("orders"))
    (tmp_path / "b.yaml").write_text(STACK.replace("shop", "blog") + "---\n" + table("orders"))
    [one] = manifest.load_all([tmp_path], {}, choose=lambda stacks: stacks[1:])
    assert one.stack.metadata.name == "blog"
    for names in ({"choose": lambda stacks: stacks}, {}):
        with pytest.raises(ManifestError, match="another stack declares the table `orders` too"):
            manifest.load_all([tmp_path], {}, **names)


def test_a_folder_below_that_cannot_be_read_is_named(tmp_path, monkeypatch):
    (tmp_path / "open" / "locked").mkdir(parents=True)
    (tmp_path / "open" / "shop.yaml").write_text(STACK)
    entries = Path.iterdir

    def refusing(path):  # as of a folder of another user: root may read every one
        if path.name == "locked":
            raise PermissionError(13, "Permission denied", str(path))
        return entries(path)

    monkeypatch.setattr(Path, "iterdir", refusing)
    with pytest.raises(ManifestError) as raised:
        manifest.load([tmp_path / "open"], {})
    [problem] = raised.value.problems
    assert problem.file == str(tmp_path / "open" / "locked")
