"""Classifiers."""

from .elr_classifier import ELRClassifier
from .regularized_classifier import RegularizedClassifier

__all__ = ["ELRClassifier", "RegularizedClassifier"]
