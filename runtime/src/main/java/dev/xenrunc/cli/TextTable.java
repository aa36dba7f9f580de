// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.cli;

import java.util.List;

/** Text in columns as Go's tabwriter lays them out for runc (list.go: width 12, padding 3). */
final class TextTable {
  private static final int WIDTH_MIN = 12;
  private static final int PADDING = 3;

  private TextTable() {}

  /** The rows, which have as many cells each; the last cell of a row is not padded. */
  static String of(List<List<String>> rows) {
    int[] widths = widths(rows);
    StringBuilder table = new StringBuilder();
    for (List<String> row : rows) {
      int last = row.size() - 1;
      for (int column = 0; column < last; column++) {
        String cell = row.get(column);
        table.append(cell).append(" ".repeat(widths[column] - length(cell)));
      }
      table.append(row.get(last)).append('\n');
    }
    return table.toString();
  }

  private static int[] widths(List<List<String>> rows) {
    int[] widths = new int[rows.get(0).size()];
    for (List<String> row : rows) {
      for (int column = 0; column < widths.length; column++) {
        widths[column] =
            Math.max(widths[column], Math.max(WIDTH_MIN, length(row.get(column)) + PADDING));
      }
    }
    return widths;
  }

  private static int length(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
