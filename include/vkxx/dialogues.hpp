/// @file
/// What lasts between two messages of a person: dialogues, sessions, timers.
#pragma once

#include <vkxx/dialogues/answer.hpp>
#include <vkxx/dialogues/dialogue.hpp>
#include <vkxx/dialogues/dialogue_options.hpp>
#include <vkxx/dialogues/dialogue_texts.hpp>
#include <vkxx/dialogues/dialogues.hpp>
#include <vkxx/dialogues/lost_dialogue.hpp>
#include <vkxx/dialogues/question.hpp>
#include <vkxx/dialogues/sessions.hpp>
#include <vkxx/dialogues/steps.hpp>
#include <vkxx/dialogues/stored_json.hpp>
#include <vkxx/dialogues/stored_value.hpp>
#include <vkxx/dialogues/timers.hpp>
