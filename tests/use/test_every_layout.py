"""Folders of pictures as people lay them out, each as a zip too: whose classes are what, or what refuses it."""

import json
import os
import pathlib
import zipfile

import numpy as np
import pytest
from PIL import Image

from tfgan_metric.data.catalog import load_data
from tfgan_metric.data.folder import WHOLE, load_folder
from tfgan_metric.data.layout import counted, spelled
from tfgan_metric.errors import InputError
from tfgan_metric.trainers.runs.folder import RunFolder
from tfgan_metric.trainers.runs.sources import generated_images

MANY = [f"{index:03d}.png" for index in range(100)]
LABELS = {"labels": [["00000/a.png", 6], ["00000/b.png", 0], ["c.png", 6]]}
BY_COUNT = "classes `1`, `2`, `10`: sorted as people count"
LAYOUTS = {  # layout -> (files, class -> images that train, class -> images held out, in words)
    "`CLASS/a.png`": (
        ["cat/a.png", "cat/b.png", "dog/c.png"],
        {"cat": ["cat/a.png", "cat/b.png"], "dog": ["dog/c.png"]},
        None,
        "a class a sub-folder",
    ),
    "`10/a.png`, `2/a.png`, `1/a.png`": (
        ["1/a.png", "10/a.png", "2/a.png"],
        {"1": ["1/a.png"], "2": ["2/a.png"], "10": ["10/a.png"]},
        None,
        BY_COUNT,
    ),
    "`CLASS/more/a.png`": (
        ["cat/a.png", "cat/x/y/b.png", "dog/x/c.png"],
        {"cat": ["cat/a.png", "cat/x/y/b.png"], "dog": ["dog/x/c.png"]},
        None,
        "a class a sub-folder, however deep",
    ),
    "`a.png`": (["a.png", "b.png"], {None: ["a.png", "b.png"]}, None, "no labels"),
    "`train/CLASS/a.png`, `test/CLASS/b.png`": (
        ["train/cat/a.png", "train/dog/b.png", "test/cat/c.png", "test/dog/d.png", "README.txt"],
        {"cat": ["train/cat/a.png"], "dog": ["train/dog/b.png"]},
        {"cat": ["test/cat/c.png"], "dog": ["test/dog/d.png"]},
        "`test` is held out",
    ),
    "`train/a.png`, `val/b.png` (or `valid`, `validation`)": (
        ["train/a.png", "val/b.png"],
        {None: ["train/a.png"]},
        {None: ["val/b.png"]},
        "`val` is held out",
    ),
    "`train`, `val` and `test`": (
        ["train/a.png", "val/b.png", "test/c.png"],
        {None: ["train/a.png"]},
        {None: ["test/c.png"]},
        "`test` is held out, `val` said to be skipped",
    ),
    "`dataset.json` of StyleGAN's tools": (
        ["00000/a.png", "00000/b.png", "c.png", "d.png", "dataset.json"],
        {"0": ["00000/b.png"], "6": ["00000/a.png", "c.png"]},
        None,
        "its labels; pictures that it does not list are skipped and named",
    ),
    "a stray sub-folder beside many pictures": (
        [*MANY, "old/x.png"],
        {None: MANY},
        None,
        "no labels; the sub-folder is skipped and named",
    ),
    "stray pictures beside classes": (
        [*(f"cat/{name}" for name in MANY), "dog/y.png", "overview.png"],
        {"cat": [f"cat/{name}" for name in MANY], "dog": ["dog/y.png"]},
        None,
        "a class a sub-folder; the strays are skipped and named",
    ),
}
REFUSED = {  # layout -> (files, message)
    "as many pictures as in sub-folders": (
        ["a.png", "b.png", "old/c.png"],
        "holds 2 images beside 1 sub-folder(s) with 1 (old): put all images into a sub-folder a class",
    ),
    "a class without a picture": (["cat/a.png", "dog/notes.txt"], "hold no image: dog: remove them"),
    "`train` and `test` of other classes": (
        ["train/cat/a.png", "test/dog/b.png"],
        "must have the same classes; got ['cat'] and ['dog']",
    ),
    "nothing that is a picture": (["notes.txt"], "holds no images; expected .bmp, .gif, .jpeg"),
    "a `dataset.json` of something else": (["a.png", "dataset.json"], "is no list of classes: expected"),
}


def make(folder, names, listed=LABELS):
    """A file a name; a picture's only pixel is its number."""
    for number, name in enumerate(names):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.suffix == ".png":
            Image.new("L", (1, 1), number).save(file)
        else:
            file.write_text(json.dumps(listed) if file.suffix == ".json" else "no picture")
    return folder


def zipped(folder, top):
    """A zip beside the folder, with the folder itself in it or what it holds, and what macOS adds."""
    archive = folder.with_name("pictures.zip")
    with zipfile.ZipFile(archive, "w") as file:
        for path in sorted(folder.rglob("*")):
            file.write(path, path.relative_to(folder.parent if top else folder))
        file.writestr("__MACOSX/._a.png", b"")
    return archive


def as_classes(split, names, classes):
    """Class -> the names of its images, in their order."""
    files = [names[pixel] for pixel in split.pixels.ravel()]
    if classes is None:
        assert split.labels is None
        return {None: files}
    assert split.labels.tolist() == sorted(split.labels) or "dataset.json" in names
    return {
        name: [file for file, label in zip(files, split.labels, strict=True) if label == number]
        for number, name in enumerate(classes)
    }


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layout(layout, tmp_path, capsys):
    names, train, held_out, _ = LAYOUTS[layout]
    folder = make(tmp_path / "pictures", names)
    for path in (folder, zipped(folder, top=False), zipped(folder, top=True)):
        data = load_data(str(path))
        assert data.class_names == (None if None in train else [*train])
        assert as_classes(data.train, names, data.class_names) == train
        assert (data.held_out is None) == (held_out is None)
        assert held_out is None or as_classes(data.held_out, names, data.class_names) == held_out
        said = capsys.readouterr().err
        read = {name for part in (train, held_out or {}) for files in part.values() for name in files}
        for left in {*names} - read - {"dataset.json"}:
            assert pathlib.PurePath(left).parts[0] in said
        assert all(name in said for name in (data.class_names or [])[:3])


@pytest.mark.parametrize("layout", REFUSED)
def test_layout_that_is_refused(layout, tmp_path):
    names, message = REFUSED[layout]
    folder = make(tmp_path / "pictures", names, {"images": []})
    for path in (folder, zipped(folder, top=True)):
        with pytest.raises(InputError) as caught:
            load_data(str(path))
        assert message in str(caught.value) and "\n" not in str(caught.value)


def test_names_are_sorted_as_people_count():
    assert sorted(["10", "2", "1", "x10", "x9y", "x", "01"], key=counted) == ["01", "1", "2", "10", "x", "x9y", "x10"]


def test_the_order_of_earlier_versions_is_kept_where_it_is_asked_for(tmp_path):
    """1, 10, 2: each picture keeps its class under the other number."""
    folder = make(tmp_path / "pictures", ["1/a.png", "10/a.png", "2/a.png"])
    split, classes = load_folder(folder, class_order=spelled)
    assert classes == ["1", "10", "2"] and split.labels.tolist() == [0, 1, 2]
    assert split.pixels.ravel().tolist() == [0, 1, 2]


def test_a_zip_serves_as_its_folder_does(tmp_path):
    """The same share is held out, and as many images are evaluated."""
    folder = make(tmp_path / "pictures", [f"{name}/{index}.png" for name in "ab" for index in range(30)])
    ours, theirs = (load_data(str(path), held_out=0.3) for path in (folder, zipped(folder, top=True)))
    np.testing.assert_array_equal(ours.held_out.pixels, theirs.held_out.pixels)
    np.testing.assert_array_equal(ours.train.labels, theirs.train.labels)
    assert generated_images(RunFolder(zipped(folder, top=False)), ours, 10, 0, "final", WHOLE).total == 60


def test_a_link_in_a_circle_ends(tmp_path):
    folder = make(tmp_path / "pictures", ["cat/a.png", "dog/b.png"])
    os.symlink(folder, folder / "cat" / "again")
    assert len(load_data(str(folder)).train) == 2 + 1  # cat/again/dog/b.png is one of cat's


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 and no more", b"no zip at all"])
def test_damaged_zips(content, tmp_path):
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(InputError, match="cannot unpack .*a.zip: .*; expected a zip of images"):
        load_data(str(tmp_path / "a.zip"))


def test_zips_that_reach_outside_or_need_a_password(tmp_path):
    Image.new("L", (1, 1)).save(tmp_path / "a.png")
    with zipfile.ZipFile(tmp_path / "out.zip", "w") as archive:
        archive.write(tmp_path / "a.png", "../../escaped.png")
        archive.write(tmp_path / "a.png", "b.png")
    (tmp_path / "a.png").unlink()
    load_data(str(tmp_path / "out.zip"))
    assert [path.name for path in tmp_path.parent.rglob("escaped.png")] == []
    content = bytearray((tmp_path / "out.zip").read_bytes())
    for mark, flag in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + flag] |= 1  # says that it is encrypted
    (tmp_path / "secret.zip").write_bytes(content)
    with pytest.raises(InputError, match="cannot unpack .*secret.zip: .*password"):
        load_data(str(tmp_path / "secret.zip"))


@pytest.mark.parametrize("label", ["six", 1.5, -1, True, [0, 1]])
def test_labels_of_a_list_that_are_no_numbers(label, tmp_path):
    make(tmp_path / "pictures", ["a.png", "dataset.json"], {"labels": [["a.png", label]]})
    with pytest.raises(InputError, match="must be whole numbers from 0 on; got"):
        load_data(str(tmp_path / "pictures"))


def test_a_list_without_labels_and_one_of_files_that_are_not_there(tmp_path, capsys):
    make(tmp_path / "one", ["a.png", "b/c.png", "dataset.json"], {"labels": None})
    assert load_data(str(tmp_path / "one")).class_names is None
    make(tmp_path / "two", ["a.png", "dataset.json"], {"labels": [["a.png", 3], ["../one/a.png", 3]]})
    assert len(load_data(str(tmp_path / "two")).train) == 1
    assert "1 of dataset.json but not there: " in capsys.readouterr().err


def test_a_zip_of_a_folder_and_a_note(tmp_path):
    """What is beside the one folder is no picture, so that folder is what the zip holds."""
    folder = make(tmp_path / "pictures", ["cat/a.png", "dog/b.png"])
    archive = zipped(folder, top=True)
    with zipfile.ZipFile(archive, "a") as file:
        file.writestr("README.txt", "cats and dogs")
    assert load_data(str(archive)).class_names == ["cat", "dog"]


def test_a_list_as_other_tools_write_it(tmp_path):
    """With a byte order mark, and names that begin with ./"""
    folder = make(tmp_path / "pictures", ["a.png", "b.png"])
    (folder / "dataset.json").write_text('{"labels": [["./a.png", 0], ["./b.png", 1]]}', encoding="utf-8-sig")
    assert load_data(str(folder)).train.labels.tolist() == [0, 1]
