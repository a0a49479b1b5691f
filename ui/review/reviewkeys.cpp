#include "review/reviewkeys.h"

#include <QCoreApplication>

namespace ir::ui {

namespace {

QString tr(const char* text) { return QCoreApplication::translate("ReviewKeys", text); }

} // namespace

QVector<KeyOverlay::Group> labellingKeys()
{
    return {{tr("Label"),
             {{QStringLiteral("1 … 9"), tr("the class with that number, and on")},
              {tr("Shift+letter"), tr("the class with that letter")},
              {QStringLiteral("U"), tr("unsure: done, without a label")},
              {tr("Space"), tr("skip: comes again at the end")},
              {tr("Backspace"), tr("take the last one back, again and again")}}},
            {tr("Say"),
             {{QStringLiteral("C"), tr("comment on the image")},
              {QStringLiteral("F"), tr("flag it for discussion")}}},
            {tr("Window"),
             {{QStringLiteral("G"), tr("guideline")},
              {QStringLiteral("F11"), tr("full screen")},
              {tr("Esc"), tr("back to the project; what is done is kept")}}}};
}

QVector<KeyOverlay::Group> sheetKeys()
{
    return {{tr("The sheet"),
             {{tr("Enter"), tr("label it, and on to the next")},
              {QStringLiteral("Ctrl+1 … 9"), tr("what all of these are")},
              {tr("Backspace"), tr("take the last sheet back")}}},
            {tr("Exceptions"),
             {{tr("Click, Space"), tr("not of the class: comes again at the end")},
              {QStringLiteral("1 … 9"), tr("give this one its class")},
              {QStringLiteral("U"), tr("unsure")},
              {tr("Arrows"), tr("move")}}},
            {tr("Window"), {{QStringLiteral("F11"), tr("full screen")}, {tr("Esc"), tr("back to the project")}}}};
}

QVector<KeyOverlay::Group> adjudicationKeys()
{
    return {{tr("Decide"),
             {{QStringLiteral("1 … 9"), tr("the class with that number, and on")},
              {tr("Shift+letter"), tr("the class with that letter")},
              {tr("Backspace"), tr("decide the last one again")},
              {QStringLiteral("C"), tr("comment")}}},
            {tr("Move"), {{QStringLiteral("← →"), tr("another conflict")}}},
            {tr("Window"), {{QStringLiteral("F11"), tr("full screen")}, {tr("Esc"), tr("back to the project")}}}};
}

QVector<KeyOverlay::Group> agreementKeys()
{
    return {{tr("Agreement"),
             {{tr("Up, Down"), tr("another comparison")},
              {tr("Tab"), tr("to the table and its images, and back")},
              {tr("Arrows"), tr("a cell of the table, and its images")}}},
            {tr("Window"), {{QStringLiteral("F11"), tr("full screen")}, {tr("Esc"), tr("back to the project")}}}};
}

} // namespace ir::ui
