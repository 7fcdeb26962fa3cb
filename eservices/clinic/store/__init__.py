"""The doctor queue's part of the store: short verbs over a ``Tx`` that their caller began. They decide nothing."""
