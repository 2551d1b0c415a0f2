// SPDX-License-Identifier: Apache-2.0
#include "kube/status.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace streamgate::kube {
namespace {

using testing::HasSubstr;

http::Response answer(int status, const std::string& body)
{
  http::Response response;
  response.status = status;
  response.body = body;
  return response;
}

struct Mapping {
  int status;
  ErrorCode code;
};

class StatusMapping : public testing::TestWithParam<Mapping> {};

TEST_P(StatusMapping, OfAStatusObject)
{
  const auto body = fmt::format(R"({{"kind":"Status","message":"pods \"x\" said no","code":{}}})", GetParam().status);
  const auto error = status_error(answer(GetParam().status, body), "GET /api/v1/pods");
  EXPECT_EQ(error.code, GetParam().code);
  EXPECT_EQ(error.message, "GET /api/v1/pods: pods \"x\" said no");
}

TEST_P(StatusMapping, OfABareAnswer)
{
  const auto error = status_error(answer(GetParam().status, "<html>\nno\n"), "GET /x");
  EXPECT_EQ(error.code, GetParam().code);
  EXPECT_EQ(error.message, fmt::format("GET /x: status {}: <html>\nno", GetParam().status));
}

INSTANTIATE_TEST_SUITE_P(Codes, StatusMapping,
                         testing::Values(Mapping{400, ErrorCode::bad_input}, Mapping{401, ErrorCode::unauthorized},
                                         Mapping{403, ErrorCode::forbidden}, Mapping{404, ErrorCode::not_found},
                                         Mapping{405, ErrorCode::bad_input}, Mapping{409, ErrorCode::conflict},
                                         Mapping{410, ErrorCode::gone}, Mapping{413, ErrorCode::bad_input},
                                         Mapping{415, ErrorCode::bad_input}, Mapping{422, ErrorCode::bad_input},
                                         Mapping{429, ErrorCode::throttled}, Mapping{500, ErrorCode::unavailable},
                                         Mapping{503, ErrorCode::unavailable}, Mapping{504, ErrorCode::unavailable},
                                         Mapping{302, ErrorCode::unavailable}),
                         [](const auto& param_info) { return std::to_string(param_info.param.status); });

TEST(StatusError, APatchThatDoesNotFitIsToldFromAnInvalidObject)
{
  EXPECT_TRUE(
      refuses_patch(answer(422, R"({"kind":"Status","message":"the server rejected our request","details":{}})")));
  EXPECT_FALSE(refuses_patch(answer(422, R"({"kind":"Status","details":{"causes":[{"field":"a","message":"bad"}]}})")));
  EXPECT_FALSE(refuses_patch(answer(400, R"({"kind":"Status"})")));
  EXPECT_FALSE(refuses_patch(answer(422, "<html>")));
}

TEST(StatusError, CausesAreToldOnceAndNotWithoutEnd)
{
  const auto once = status_error(answer(422, R"({"kind":"Status","message":"invalid: a: bad",
    "details":{"causes":[{"field":"a","message":"bad"}]}})"),
                                 "PUT /x");
  EXPECT_EQ(once.message, "PUT /x: invalid: a: bad");
  std::string causes;
  for (int i = 0; i < 50; ++i) causes += fmt::format(R"({}{{"field":"f{}","message":"bad"}})", i == 0 ? "" : ",", i);
  const auto many = status_error(
      answer(422, R"({"kind":"Status","message":"invalid","details":{"causes":[)" + causes + "]}}"), "PUT /x");
  EXPECT_THAT(many.message, HasSubstr("f4: bad; ..."));
}

TEST(StatusError, HintsSayWhatToDo)
{
  EXPECT_THAT(status_error(answer(401, ""), "x").hint, HasSubstr("credentials"));
  EXPECT_THAT(status_error(answer(403, ""), "x").hint, HasSubstr("RBAC"));
  EXPECT_EQ(status_error(answer(404, ""), "x").hint, "");
}

TEST(StatusError, LongBodiesAreCutAndBadBytesReplaced)
{
  const auto error = status_error(answer(502, std::string(10000, 'x') + "\xFF"), "GET /x");
  EXPECT_LT(error.message.size(), 400U);
  EXPECT_THAT(status_error(answer(502, "\xFF"), "GET /x").message, HasSubstr("\xEF\xBF\xBD"));
}

TEST(StatusError, OfAWatchEvent)
{
  const auto of = [](const std::string& text) { return status_error(*json::parse(text, "event"), "watch"); };
  EXPECT_EQ(of(R"({"kind":"Status","code":410,"message":"too old"})").code, ErrorCode::gone);
  EXPECT_EQ(of(R"({"kind":"Status","reason":"Expired","message":"too old"})").code, ErrorCode::gone);
  EXPECT_EQ(of(R"({"kind":"Status","reason":"Gone"})").code, ErrorCode::gone);
  EXPECT_EQ(of(R"({"kind":"Status","code":500,"message":"etcd"})").code, ErrorCode::unavailable);
  EXPECT_EQ(of(R"({})").code, ErrorCode::unavailable);
  EXPECT_EQ(of("[]").code, ErrorCode::unavailable);
}

} // namespace
} // namespace streamgate::kube
