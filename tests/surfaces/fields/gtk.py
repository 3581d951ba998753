"""A GTK window of the given version, with a text view, an entry and a password entry; it writes them to $FIELDS."""

import json
import os
import sys
from pathlib import Path

import gi

gi.require_version("Gtk", sys.argv[1])
from gi.repository import GLib, Gtk  # noqa: E402

IS_OLD = sys.argv[1] == "3.0"
Gtk.init(*([[]] if IS_OLD else []))
window = Gtk.Window(title="Fields", default_width=640, default_height=300)
box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=8)
(window.add if IS_OLD else window.set_child)(box)
view, entry = Gtk.TextView(wrap_mode=Gtk.WrapMode.WORD, vexpand=True), Gtk.Entry()
password = {"visibility": False, "input_purpose": Gtk.InputPurpose.PASSWORD}
secret = Gtk.Entry(**password) if IS_OLD else Gtk.PasswordEntry()
fields = {"view": view, "entry": entry, "secret": secret}
for each in fields.values():
    (box.add if IS_OLD else box.append)(each)


def save() -> bool:
    holder = window.get_focus()  # in GTK 4, a widget inside an entry
    focus = [name for name, each in fields.items() if holder and (holder == each or holder.is_ancestor(each))]
    text = view.get_buffer().get_property("text")
    held = {"view": text, "entry": entry.get_text(), "secret": secret.get_text(), "focus": "".join(focus)}
    new = Path(os.environ["FIELDS"] + ".new")
    new.write_text(json.dumps(held))
    new.replace(os.environ["FIELDS"])
    return True


(window.show_all if IS_OLD else window.present)()
view.grab_focus()
GLib.timeout_add(20, save)
GLib.MainLoop().run()
