#include "attributes.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace {

// Reads a whole text as a number.
bool is_number(std::string text, double &number, uint32_t &findings) {
  auto last = text.find_last_not_of(' ');
  text.resize(last == std::string::npos ? 0 : last + 1);
  if (std::count(text.begin(), text.end(), ',') == 1 && text.find('.') == std::string::npos) {
    std::replace(text.begin(), text.end(), ',', '.');
    findings |= cdicom_decimal_comma;
  }
  char *rest = nullptr;
  number = std::strtod(text.c_str(), &rest);
  return rest != text.c_str() && *rest == 0 && std::isfinite(number);
}

}  // namespace

std::vector<double> decimals(DcmItem *set, const DcmTagKey &tag, uint32_t &findings, size_t limit) {
  std::vector<double> numbers;
  OFString text;
  // DCMTK returns the one value of a text of a damaged type (ST) at every index.
  for (unsigned long index = 0; set && index < limit; index++) {
    if (set->findAndGetOFString(tag, text, index).bad() || text.empty()) break;
    double number = 0;
    if (!is_number(text.c_str(), number, findings)) {
      findings |= cdicom_no_number;
      return {};
    }
    numbers.push_back(number);
  }
  return numbers;
}

double decimal(DcmItem *set, const DcmTagKey &tag, double otherwise, uint32_t &findings) {
  auto found = decimals(set, tag, findings);
  return found.empty() ? otherwise : found[0];
}

int32_t unsigned_short(DcmItem *set, const DcmTagKey &tag, unsigned long index) {
  Uint16 number = 0;
  return set && set->findAndGetUint16(tag, number, index).good() ? number : -1;
}

std::string text(DcmItem *set, const DcmTagKey &tag) {
  OFString found;
  if (!set || set->findAndGetOFString(tag, found).bad()) return {};
  return found.c_str();
}

DcmItem *item(DcmItem *set, const DcmTagKey &tag, signed long index) {
  DcmItem *found = nullptr;
  return set && set->findAndGetSequenceItem(tag, found, index).good() ? found : nullptr;
}
