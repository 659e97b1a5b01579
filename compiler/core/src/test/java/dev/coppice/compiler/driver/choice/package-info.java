@NullMarked
package dev.coppice.compiler.driver.choice;

import org.jspecify.annotations.NullMarked;
