#include "api/csv.h"

#include <gtest/gtest.h>

namespace slipway::api {
namespace {

TEST(Csv, quotes_what_would_end_a_cell) {
  EXPECT_EQ(csv_line({"a", "", "b,c", "say \"x\"", "two\r\nlines"}),
            "a,,\"b,c\",\"say \"\"x\"\"\",\"two\r\nlines\"\r\n");
}

TEST(Csv, a_cell_never_begins_a_formula) {
  EXPECT_EQ(csv_line({"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "a=1"}),
            "'=1+1,'+1,'-1,'@SUM(A1),'\t=1,a=1\r\n");
  EXPECT_EQ(csv_line({"=HYPERLINK(\"x\",\"y\")"}), "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"\r\n");
  EXPECT_EQ(csv_line({"\n=1"}), "\"'\n=1\"\r\n");
}

}  // namespace
}  // namespace slipway::api
