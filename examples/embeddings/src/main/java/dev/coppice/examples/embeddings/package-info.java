/** Semantic search: sentences found by meaning, without native libraries. */
package dev.coppice.examples.embeddings;
