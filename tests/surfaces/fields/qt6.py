"""A Qt 6 window with a text field, a line and a password line; it writes their contents to $FIELDS."""

import json
import os
import sys
from pathlib import Path

from PyQt6 import QtCore, QtWidgets

application = QtWidgets.QApplication(sys.argv)
window = QtWidgets.QWidget()
window.setWindowTitle("Fields")
window.resize(640, 300)
box = QtWidgets.QVBoxLayout(window)
view, entry, secret = QtWidgets.QPlainTextEdit(), QtWidgets.QLineEdit(), QtWidgets.QLineEdit()
secret.setEchoMode(QtWidgets.QLineEdit.EchoMode.Password)
FIELDS = {"view": view, "entry": entry, "secret": secret}
for each in FIELDS.values():
    box.addWidget(each)


def save() -> None:
    focus = next((name for name, each in FIELDS.items() if each.hasFocus()), "")
    held = {"view": view.toPlainText(), "entry": entry.text(), "secret": secret.text(), "focus": focus}
    new = Path(os.environ["FIELDS"] + ".new")
    new.write_text(json.dumps(held))
    new.replace(os.environ["FIELDS"])


window.show()
view.setFocus()
timer = QtCore.QTimer(interval=20)
timer.timeout.connect(save)
timer.start()
application.exec()
