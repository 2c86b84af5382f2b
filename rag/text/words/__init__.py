"""The words of many languages: which language a text is in, function words, stems, figures."""
