"""What the answers say: counts, results by question, texts, and the editor's pages of them."""
