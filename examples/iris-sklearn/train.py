"""Trains the classifier on scikit-learn's own iris data and saves it. Run when the image is built."""

import os

import joblib
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

VERSION = "1.0"


def main():
    iris = load_iris()
    pipeline = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    folds = cross_val_score(pipeline, iris.data, iris.target, cv=5)
    train_x, test_x, train_y, test_y = train_test_split(
        iris.data, iris.target, test_size=0.3, stratify=iris.target, random_state=7)
    held_out = pipeline.fit(train_x, train_y).score(test_x, test_y)
    print("iris-sklearn: accuracy %.3f on %d held-out flowers (5-fold: %.3f)"
          % (held_out, len(test_y), folds.mean()))
    pipeline.fit(iris.data, iris.target)
    path = os.environ.get("IRIS_MODEL", "iris.joblib")
    joblib.dump({"pipeline": pipeline, "class_names": iris.target_names.tolist(),
                 "version": VERSION}, path)


if __name__ == "__main__":
    main()
