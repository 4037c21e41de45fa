// The recipes of docs/bot-recipes.md.
#pragma once

#include <functional>
#include <string>

#include <vkxx/bot.hpp>

namespace recipes {

void say(vkxx::bot& bot);
void introduce(vkxx::bot& bot);
void menu(vkxx::bot& bot);
void pages(vkxx::bot& bot);
void like(vkxx::bot& bot);
void catalogue(vkxx::bot& bot);
void report(vkxx::bot& bot);
void price(vkxx::bot& bot);
void quote(vkxx::bot& bot);
void greet(vkxx::bot& bot);
void addressed(vkxx::bot& bot);
void shut(vkxx::bot& bot);
void photos(vkxx::bot& bot);
void measure(vkxx::bot& bot, const vkxx::bot_middleware& around);
void apologise(vkxx::bot& bot);
void count_digits(vkxx::bot& bot);
void pay(vkxx::bot& bot, std::function<std::string()> charge);
void joined(vkxx::bot& bot);
void count_messages(vkxx::bot& bot);
void notify(vkxx::bot& bot);
void tea(vkxx::bot& bot);
void moderate(vkxx::bot& bot);
void help(vkxx::bot& bot);

}  // namespace recipes
