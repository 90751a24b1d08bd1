from flask import Blueprint

bp = Blueprint("dialogues", __name__, url_prefix="/dialogues")
