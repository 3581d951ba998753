"""A GTK 3 window with a text view, an entry and a password entry; it writes their contents to $FIELDS."""

import json
import os
from pathlib import Path

import gi

gi.require_version("Gtk", "3.0")
from gi.repository import GLib, Gtk  # noqa: E402

window = Gtk.Window(title="Fields")
window.set_default_size(640, 300)
box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=8)
window.add(box)
view = Gtk.TextView(wrap_mode=Gtk.WrapMode.WORD)
entry = Gtk.Entry()
secret = Gtk.Entry(visibility=False, input_purpose=Gtk.InputPurpose.PASSWORD)
FIELDS = {"view": view, "entry": entry, "secret": secret}
for each, expands in ((view, True), (entry, False), (secret, False)):
    box.pack_start(each, expands, expands, 0)


def focus() -> str:
    return next((name for name, each in FIELDS.items() if each.has_focus()), "")


def save(*_: object) -> None:
    buffer = view.get_buffer()
    text = buffer.get_property("text")
    held = {"view": text, "entry": entry.get_text(), "secret": secret.get_text(), "focus": focus()}
    new = Path(os.environ["FIELDS"] + ".new")
    new.write_text(json.dumps(held))
    new.replace(os.environ["FIELDS"])


for each in (view.get_buffer(), entry, secret):
    each.connect("changed", save)
for each in FIELDS.values():
    each.connect("notify::has-focus", save)
window.connect("destroy", Gtk.main_quit)
window.show_all()
view.grab_focus()
GLib.timeout_add(200, save)
Gtk.main()
