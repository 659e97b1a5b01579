/**
 * The annotations that user source carries to have a model compiled, and their enums. Imports
 * nothing.
 */
package dev.coppice.annotations;
