"""Tells the species of an iris from its four measures in centimetres."""

import os

import joblib

MODEL_FILE = os.environ.get("IRIS_MODEL", "iris.joblib")


class IrisClassifier:
    def load(self):
        saved = joblib.load(MODEL_FILE)
        self._pipeline = saved["pipeline"]
        self.class_names = saved["class_names"]
        self._version = saved["version"]

    def predict(self, X, names=None, meta=None):
        """One row of class probabilities for each row of measures."""
        return self._pipeline.predict_proba(X)

    def tags(self):
        return {"model_version": self._version}
