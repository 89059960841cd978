"""The model's own description, for /metadata."""

import json
import os

from slipway_model.errors import BAD_METADATA, SeldonMicroserviceException


def model_metadata(model):
    """Defaults from the image's name, overridden by init_metadata(), then by MODEL_METADATA."""
    name, tag = _split_image(os.environ.get("PREDICTIVE_UNIT_IMAGE", ""))
    metadata = {"name": name, "versions": [tag] if tag else [], "platform": "", "inputs": [],
                "outputs": [], "custom": {}}
    if model.has("init_metadata"):
        metadata.update(_checked(model.user.init_metadata(), "init_metadata()"))
    text = os.environ.get("MODEL_METADATA", "")
    if text.strip():
        metadata.update(_checked(_parsed(text), "MODEL_METADATA"))
    return metadata


def _split_image(image):
    """(name, tag): the tag follows the last colon behind the last slash, a digest counts as one."""
    name, at, digest = image.partition("@")
    if at:
        return name, digest
    colon = image.rfind(":")
    return (image[:colon], image[colon + 1:]) if colon > image.rfind("/") else (image, "")


def _parsed(text):
    """MODEL_METADATA may be YAML where PyYAML is installed; JSON is always understood."""
    try:
        return json.loads(text)
    except ValueError as error:
        try:
            import yaml
        except ImportError:
            raise _bad("MODEL_METADATA is not JSON, and YAML needs PyYAML (python3-yaml): %s"
                       % error) from error
        try:
            return yaml.safe_load(text)
        except yaml.YAMLError as problem:
            raise _bad("MODEL_METADATA is neither JSON nor YAML: %s" % problem) from problem


def _checked(metadata, source):
    if metadata is None:
        return {}
    if not isinstance(metadata, dict):
        raise _bad("%s must be an object" % source)
    for key, kind, words in (("name", str, "a string"), ("platform", str, "a string"),
                             ("versions", list, "a list of strings"), ("inputs", list, "a list"),
                             ("outputs", list, "a list"), ("custom", dict, "an object")):
        if key in metadata and not isinstance(metadata[key], kind):
            raise _bad("%s: '%s' must be %s" % (source, key, words))
    if not all(isinstance(version, str) for version in metadata.get("versions", [])):
        raise _bad("%s: 'versions' must be a list of strings" % source)
    return metadata


def _bad(message):
    return SeldonMicroserviceException(message, status_code=500, reason=BAD_METADATA)
