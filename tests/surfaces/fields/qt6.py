"""A Qt 6 window with a text field, a line and a password line; what they hold is written to $FIELDS."""

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
for each in (view, entry, secret):
    box.addWidget(each)


def save(*_: object) -> None:
    held = {"view": view.toPlainText(), "entry": entry.text(), "secret": secret.text()}
    new = Path(os.environ["FIELDS"] + ".new")
    new.write_text(json.dumps(held))
    new.replace(os.environ["FIELDS"])


for each in (view, entry, secret):
    each.textChanged.connect(save)
window.show()
view.setFocus()
QtCore.QTimer.singleShot(200, save)
application.exec()
