/** Damaged and hostile model files, each of which must be refused with a diagnostic. */
package dev.coppice.compiler.broken;
