#pragma once
// The fields of an answer to a deployment's client: what of a model's reply goes on, and what is
// ours to say (seldon.md §1.5). A model's replies come from the origin that the UI is served from,
// so whatever would act on that origin is left out or made harmless here. Pure; worker's thread.

#include <string>
#include <string_view>

#include "gateway/rate_fields.h"
#include "http/head.h"
#include "http/head_writer.h"

namespace slipway::gateway {

// Views of the exchange's.
struct AnswerFacts {
  std::string_view puid;
  std::string_view deployment = {};
  std::string_view replica = {};     // which copy answered; "" when none did
  std::string_view request_id = {};  // X-Request-Id of the client, which gets it back; "" for none
  // The path that was asked for, when the client speaks CloudEvents (Ce-Specversion); "" else.
  std::string_view event_path = {};
  const AppliedRates* rates = nullptr;  // null: it was held to none
};

// Seldon-Puid, nosniff, CORS, rates and the like: what every answer says, a model's or our own.
// `scratch` is for a moment, and keeps its room.
void append_answer_fields(std::string& out, const AnswerFacts& facts, std::string& scratch);

// Those of the reply that may pass, and append_answer_fields().
void append_model_reply_fields(std::string& out, const http::Fields& reply,
                               const AnswerFacts& facts, std::string& scratch);

}  // namespace slipway::gateway
