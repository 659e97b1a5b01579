/**
 * Search for a recipe that meets a budget. Imports the other packages of compression but the
 * report.
 */
@NullMarked
package dev.coppice.compiler.compress.search;

import org.jspecify.annotations.NullMarked;
